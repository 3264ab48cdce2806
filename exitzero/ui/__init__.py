"""What the person sees and touches: Qt, and nothing that decides. Only this package and ``app`` import PySide6."""
