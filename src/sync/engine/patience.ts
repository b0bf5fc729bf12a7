/** How often a page is asked for, from a source that does not ask again by itself. */
export const pagesTried = 3
/** How long the first pause before a page is asked for again is. Each further one is twice as long. */
export const firstPauseMs = 1_000
/** A source that wants a longer wait than this is left to a later run. */
export const longestPauseMs = 30_000
/** How often one run reads the head again, before it leaves the rest to the next one. */
export const passesOfRun = 10
