"""A plan and its journal to what people and programs read. It needs no network and no running process."""
