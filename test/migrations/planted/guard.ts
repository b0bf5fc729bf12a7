/** A case that passes, and fails when the bug is planted that it is for. It has a database of its own. */
export type Guard = () => Promise<void>
