"""What each command does: checks its call, does the work, says what came of it. Imported only when the command is called."""
