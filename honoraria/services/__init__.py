"""What accounting does: assess, make payment sheets, settle, correct, pay. One module a use case."""
