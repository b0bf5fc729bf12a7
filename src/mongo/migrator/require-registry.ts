import { hostOwner, migrationId } from '../../migrator/kernel/migration.js'
import { ConversationStoreError, type ValidationIssue } from '../../model/errors.js'
import type { CollectionMigration } from './migration.js'
import { indexNameFaults } from './require-index-names.js'

const longestIndexName = 127
const longestCollectionName = 235
const longestText = 1_000

/**
 * Checks a registry for hosts without types, and for rules that types cannot express. Throws VALIDATION_FAILED with
 * every fault, each with the migration it is in.
 */
export function requireRegistry(registry: readonly CollectionMigration[]): void {
  const issues = Array.isArray(registry)
    ? [...registry.flatMap(faultsOf), ...doubles(registry.map((each) => each ?? {})), ...indexNameFaults(registry)]
    : [{ path: 'migrations', message: 'must be an array' }]
  if (issues.length > 0) throw new ConversationStoreError('VALIDATION_FAILED', { issues })
}

function faultsOf(migration: CollectionMigration, position: number): readonly ValidationIssue[] {
  const path = `migrations[${position}]`
  if (typeof migration !== 'object' || migration === null) return [{ path, message: 'must be a migration' }]
  const issues: ValidationIssue[] = []
  const require = (field: string, isRight: boolean, message: string) => {
    if (!isRight) issues.push({ path: `${path}.${field}`, message })
  }
  const { collectionName, name, description, version, isPublic, isTenant, indexes, revision, owner, up, down, drop, collectionOptions } =
    migration
  require('collectionName', isCollectionName(collectionName), `must be a collection's name of at most ${longestCollectionName} bytes`)
  require('name', isText(name), 'must be a text')
  require('description', isText(description), 'must be a text')
  require('version', typeof version === 'string' &&
    /^[0-9A-Za-z][\w.-]{0,63}$/.test(version), "must be a text of letters and digits: '002'")
  require('isPublic', typeof isPublic === 'boolean', 'must be true or false')
  require('isTenant', typeof isTenant === 'boolean', 'must be true or false')
  if (isPublic === false && isTenant === false) require('isTenant', false, 'or isPublic must be true: it would never be run')
  require('revision', revision === undefined || Number.isSafeInteger(revision), 'must be a whole number')
  require('owner', owner === undefined ||
    (typeof owner === 'string' && /^[\w-]{1,64}$/.test(owner)), 'must be a name of letters and digits')
  require('up', up === undefined || typeof up === 'function', 'must be a function')
  require('down', down === undefined || typeof down === 'function', 'must be a function')
  require('indexes', Array.isArray(indexes), 'must be an array')
  require('collectionOptions', collectionOptions === undefined ||
    (typeof collectionOptions === 'object' &&
      collectionOptions !== null &&
      !Array.isArray(collectionOptions)), 'must be the options of createCollection')
  require('drop', drop === undefined ||
    (Array.isArray(drop) && drop.every((each) => isText(each))), 'must be a list of the names of indexes')
  if (Array.isArray(indexes)) issues.push(...indexes.flatMap((index, at) => faultsOfIndex(index, `${path}.indexes[${at}]`)))
  return issues
}

function faultsOfIndex(index: CollectionMigration['indexes'][number], path: string): readonly ValidationIssue[] {
  const issues: ValidationIssue[] = []
  const { key, options, indexSet } = index ?? {}
  const name: unknown = options?.name
  if (typeof key !== 'object' || key === null || Object.keys(key).length === 0)
    issues.push({ path: `${path}.key`, message: 'must name fields' })
  if (typeof name !== 'string' || name === '' || name === '_id_' || name.includes('\0')) {
    issues.push({ path: `${path}.options.name`, message: 'must be a name of its own' })
  } else if (Buffer.byteLength(name) > longestIndexName) {
    issues.push({ path: `${path}.options.name`, message: `must have at most ${longestIndexName} bytes` })
  }
  if (indexSet !== undefined && indexSet !== 'platform')
    issues.push({ path: `${path}.indexSet`, message: "must be 'platform' or left out" })
  return issues
}

/** Reports each identity that occurs twice in the registry. */
function doubles(registry: readonly CollectionMigration[]): readonly ValidationIssue[] {
  const seen = new Map<string, string>()
  return registry.flatMap(({ collectionName, version, owner = hostOwner }, position) => {
    const id = migrationId({ owner, collection: collectionName, version })
    const path = `migrations[${position}]`
    const first = seen.get(id)
    if (first === undefined) seen.set(id, path)
    return first === undefined ? [] : [{ path, message: `must not be the migration ${id}, as ${first} is` }]
  })
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= longestText
}

function isCollectionName(value: unknown): boolean {
  if (typeof value !== 'string' || value === '' || Buffer.byteLength(value) > longestCollectionName) return false
  return !/[$\0]/.test(value) && !value.startsWith('system.') && !value.startsWith('.') && !value.endsWith('.')
}
