/** The kind of the leases that are the locks of syncs. Their key is the `oaId` of the inbox. */
export const syncKind = 'sync'
