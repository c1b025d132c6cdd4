"""Letters by mail: the message that a letter becomes, and the server that takes it."""
