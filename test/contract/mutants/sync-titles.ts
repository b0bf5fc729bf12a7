/** The cases of sessions that planted bugs have to be caught by. */
export const syncTitles = {
  supersedes: 'supersedes the unfinished session of the same inbox, and no other',
  since: 'stops, where it is incremental, at the start of the last complete session of the inbox and source',
  removed: 'removes what finished too long ago, but never the last complete session of an inbox and source',
  atOnce: 'leaves one of 10 sessions that begin at once, and supersedes the others',
  notFound: 'is the answer for a session that is finished, superseded, unknown, another account’s, or of another inbox or source',
  moved: 'writes what a page has, and moves the session with it',
  completed: 'completes a session by its last page, after which nothing is written to it',
  adds: 'adds to what the session has, and counts what is known as known',
  lostReply: 'writes and counts a page once whose reply was lost',
  late: 'lets one of 10 callers write the page that comes next, and tells the others that they came too late',
  failedOnce: 'counts the time of a failure once whose reply was lost',
  finished: 'changes no session that is finished, nor another account’s',
  foreign: 'finds a session of the account, and none of another',
  listed: 'lists the sessions that began last first, of all inboxes, of one, or of one status',
  statistics: 'tells how the syncs of an inbox went, over all its sessions',
  locks: 'tells what has never ended as unknown, and whether somebody has the lock or let it run out',
} as const
