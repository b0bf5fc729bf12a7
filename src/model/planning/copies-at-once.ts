/**
 * How many messages of a conversation one step looks at for copies, or marks. Two conversations that have more are
 * prepared before they are merged, because a merge that marks very many messages would keep every writer waiting.
 */
export const copiesMarkedAtOnce = 5_000
