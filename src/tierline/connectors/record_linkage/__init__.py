"""Record linkage: which records of outside systems stand for the same one."""
