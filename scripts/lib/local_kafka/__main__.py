"""Called by scripts/kafka: python3 local_kafka COMMAND ARGUMENTS; everything is in command_line.py."""
import pathlib
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from local_kafka import command_line  # noqa: E402

sys.exit(command_line.main(sys.argv[1:]))
