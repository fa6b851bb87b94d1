"""The social worker's pages: lists, search, the family's file, plan, visit, hand-over."""
