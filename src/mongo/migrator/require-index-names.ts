import { hostOwner, storeOwner } from '../../migrator/kernel/migration.js'
import type { ValidationIssue } from '../../model/errors.js'
import type { CollectionMigration } from './migration.js'

/**
 * Reports each index that a migration declares twice, or both declares and drops, each dropped one that no earlier
 * migration declares in the same kind of database, and each index of the store's that another owner changes.
 */
export function indexNameFaults(registry: readonly CollectionMigration[]): readonly ValidationIssue[] {
  const owners = new Map<string, string>()
  return registry.flatMap((migration, position) => faultsOf(migration ?? {}, `migrations[${position}]`, owners))
}

/** `owners` has the owner of each index that is declared so far, and gets those of the migration. */
function faultsOf(
  { collectionName, owner = hostOwner, indexes, drop, isPublic, isTenant }: Partial<CollectionMigration>,
  migration: string,
  owners: Map<string, string>,
): readonly ValidationIssue[] {
  const issues: ValidationIssue[] = []
  const databases = [...(isPublic ? ['public'] : []), ...(isTenant ? ['tenant'] : [])]
  const idsOf = (name: unknown) => databases.map((each) => `the index ${name} of ${collectionName} in a ${each} database`)
  const own = new Map<string, string>()
  const requireNotTheStores = (name: unknown, path: string) => {
    if (owner === storeOwner || !idsOf(name).some((id) => owners.get(id) === storeOwner)) return
    issues.push({ path, message: `must not be ${name}, which the store needs` })
  }
  for (const [at, index] of listOf(indexes).entries()) {
    const name = index?.options?.name
    const path = `${migration}.indexes[${at}].options.name`
    const [double] = idsOf(name).filter((id) => own.has(id))
    if (double !== undefined) issues.push({ path, message: `must not be ${double}, as ${own.get(double)} is` })
    for (const id of idsOf(name)) own.set(id, path)
    requireNotTheStores(name, path)
  }
  for (const [at, name] of listOf(drop).entries()) {
    const path = `${migration}.drop[${at}]`
    const declaredHere = idsOf(name).find((id) => own.has(id))
    const unknown = idsOf(name).find((id) => !owners.has(id))
    if (declaredHere !== undefined) issues.push({ path, message: `must not be ${name}, which the migration declares itself` })
    else if (unknown !== undefined) issues.push({ path, message: `must name an index that an earlier migration declares: ${unknown}` })
    requireNotTheStores(name, path)
  }
  for (const id of own.keys()) if (owners.get(id) !== storeOwner) owners.set(id, owner)
  return issues
}

function listOf<T>(list: readonly T[] | undefined): readonly T[] {
  return Array.isArray(list) ? list : []
}
