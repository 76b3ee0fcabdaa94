"""What is read and written of calls and their series, by what it is for."""
