/** The unique indexes that `addOptimisticLocking` makes of events: those with a message id, and those without one. */
export const eventIndexNames = { byMessage: 'idx_unique_event_by_message', byTimestamp: 'idx_unique_event_by_timestamp' } as const
