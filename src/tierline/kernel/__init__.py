"""What every other package stands on: errors, instants, durations, money, digests. No business."""
