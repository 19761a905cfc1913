"""What the console's templates ask other rooms for."""
