export const inboxes = ['page-0', 'page-1', 'page-2'] as const

/** The channel identities that the accounts take from each other. */
export const ownedInboxes = ['owned-0', 'owned-1', 'owned-2'] as const
