import type { Doc } from '../driver.js'

const needed = [
  'find',
  'insert',
  'update',
  'remove',
  'listCollections',
  'listIndexes',
  'createCollection',
  'createIndex',
  'dropIndex',
  'collMod',
  'dropCollection',
]

/** The command whose answer `lackingRights` reads. */
export const askForRights = { connectionStatus: 1, showPrivileges: true } as const

/**
 * Which actions of a migration the user may not do in a database, by what the server says about its privileges. The
 * empty string stands for any other database, because no privilege names it. Null if there is no user, which a server
 * without access control does not ask for.
 */
export function lackingRights({ authInfo }: Doc, database: string): readonly string[] | null {
  const { authenticatedUsers, authenticatedUserPrivileges } = Object(authInfo) as Doc
  if (Array.isArray(authenticatedUsers) && authenticatedUsers.length === 0) return null
  const privileges = (Array.isArray(authenticatedUserPrivileges) ? authenticatedUserPrivileges : []) as Doc[]
  return needed.filter((action) => !privileges.some((each) => gives(each, database, action)))
}

/** Says which of them the user lacks, and what to do. */
export function lackingInWords(lacking: readonly string[], database: string): string {
  return `the user may not ${lacking.join(', ')} in ${database}; grant readWrite and dbAdmin on ${database}, or dbOwner`
}

function gives({ resource, actions }: Doc, database: string, action: string): boolean {
  const { db, collection, anyResource } = Object(resource) as Doc
  const covers = anyResource === true || ((db === '' || db === database) && collection === '')
  return covers && Array.isArray(actions) && (actions.includes(action) || actions.includes('anyAction'))
}
