import type { Diagnosis } from '../../migrator/databases.js'
import type { Doc } from '../../mongo/driver.js'

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

/** Judges by what the server says about the user's privileges, and tries nothing out. */
export function diagnoseRights({ authInfo }: Doc, publicDatabase: string): Diagnosis {
  const check = 'rights'
  const { authenticatedUsers, authenticatedUserPrivileges } = Object(authInfo) as Doc
  if (Array.isArray(authenticatedUsers) && authenticatedUsers.length === 0) {
    return { check, state: 'ok', found: 'the client has no user; a server without access control asks for none' }
  }
  const privileges = (Array.isArray(authenticatedUserPrivileges) ? authenticatedUserPrivileges : []) as Doc[]
  const lacking = (database: string) => needed.filter((action) => !privileges.some((each) => gives(each, database, action)))
  const inPublic = lacking(publicDatabase)
  if (inPublic.length > 0) {
    const grant = `grant readWrite and dbAdmin on ${publicDatabase}, or dbOwner`
    return { check, state: 'problem', found: `the user may not ${inPublic.join(', ')} in ${publicDatabase}; ${grant}` }
  }
  // The empty string stands for any other database, because no privilege names it.
  const elsewhere = lacking('')
  if (elsewhere.length === 0) return { check, state: 'ok', found: 'in every database' }
  return {
    check,
    state: 'warning',
    found: `in ${publicDatabase}; in the tenants' databases only where the user has been granted them one by one`,
  }
}

function gives({ resource, actions }: Doc, database: string, action: string): boolean {
  const { db, collection, anyResource } = Object(resource) as Doc
  const covers = anyResource === true || ((db === '' || db === database) && collection === '')
  return covers && Array.isArray(actions) && (actions.includes(action) || actions.includes('anyAction'))
}
