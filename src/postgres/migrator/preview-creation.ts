import { creationStep, type PreviewedStep } from '../../migrator/kernel/target.js'
import type { Executor } from '../executor.js'
import { type Names, quote } from '../names.js'
import { ownerInWords, rightsStatement, toRights } from './role-rights.js'

/**
 * Previews what a run does before its first migration: it creates the schema, unless that is there. A right that the
 * role lacks is sure to stop the run. Null if there is nothing to say.
 */
export async function previewCreation(executor: Executor, { schema, quotedSchema }: Names): Promise<PreviewedStep | null> {
  const [row] = await executor.run(rightsStatement(schema), null)
  const rights = toRights(row)
  const { role, database, schemas, objects, owner } = rights
  const obstacles = [
    ...(objects === null && !schemas ? [`${role} may not create it: grant create on database ${quote(database)} to ${quote(role)}`] : []),
    ...(objects === false
      ? [`${role} may not create in the schema ${schema}: grant usage, create on schema ${quotedSchema} to ${quote(role)}`]
      : []),
    ...(owner === null ? [] : [ownerInWords(rights, owner, schema)]),
  ]
  const would = objects === null ? [`create schema ${quotedSchema}`] : []
  if (would.length === 0 && obstacles.length === 0) return null
  return { step: creationStep, would, count: null, obstacles, ...(obstacles.length > 0 && { stops: true }) }
}
