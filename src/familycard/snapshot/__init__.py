"""The main job, from a store to a published snapshot, and the reader of snapshots."""
