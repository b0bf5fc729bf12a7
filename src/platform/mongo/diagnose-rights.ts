import type { Diagnosis } from '../../migrator/databases.js'
import type { Doc } from '../../mongo/driver.js'
import { lackingInWords, lackingRights } from '../../mongo/migrator/lacking-rights.js'

/** Judges by what the server says about the user's privileges, and tries nothing out. */
export function diagnoseRights(answer: Doc, publicDatabase: string): Diagnosis {
  const check = 'rights'
  const inPublic = lackingRights(answer, publicDatabase)
  if (inPublic === null) return { check, state: 'ok', found: 'the client has no user; a server without access control asks for none' }
  if (inPublic.length > 0) return { check, state: 'problem', found: lackingInWords(inPublic, publicDatabase) }
  if (lackingRights(answer, '')?.length === 0) return { check, state: 'ok', found: 'in every database' }
  return {
    check,
    state: 'warning',
    found: `in ${publicDatabase}; in the tenants' databases only where the user has been granted them one by one`,
  }
}
