import type { IndexAction, IndexSyncOptions } from '../../../migrator/kernel/index-findings.js'
import { isAsked } from '../../../migrator/kernel/index-sets.js'
import { cannotHave } from './compare-indexes.js'
import { type DeclaredIndex, derivedName, guardName } from './declared-index.js'
import type { IndexCommand } from './index-commands.js'
import { describeDifferences, differingFields, excludeEachOther, wholeSeconds } from './index-form.js'
import type { FormedIndex, IndexMatch, MatchedCollection } from './match-indexes.js'
import { restsOnIt, type ShardKeys } from './shard-key.js'

export interface PlannedAction extends Pick<IndexAction, 'collection' | 'index' | 'action'> {
  readonly commands: readonly IndexCommand[]
  /** Why the action cannot be run, if that is known beforehand. */
  readonly refusal: {
    readonly declared: DeclaredIndex
    readonly found: string
    readonly differences: readonly string[]
    readonly reason: string
  } | null
  /**
   * The name of an index that another process is building, and whose build this action would abort. Null if there is
   * none.
   */
  readonly waitsFor: string | null
}

/**
 * Plans the actions that turn the indexes of one collection into the declared ones: first those that make indexes, then
 * those that drop them.
 */
export function planCollection(
  matched: MatchedCollection,
  options: IndexSyncOptions,
  shardKeys: ShardKeys,
  spares: (index: FormedIndex, collection: string) => boolean = () => false,
): readonly PlannedAction[] {
  const { collection, matches, unmanaged } = matched
  const taken = new Set([...collection.indexes.map(({ name }) => name), ...matches.map(({ declared }) => declared.options.name)])
  const live = new Set(collection.indexes.map(({ name }) => name))
  const isTaken = (name: string) => taken.has(name)
  const nameFor = ({ options: { name } }: DeclaredIndex) => (live.has(name) ? derivedName(name, isTaken) : name)

  const made = matches
    .filter(({ declared }) => isAsked(declared.indexSet, options.indexSet))
    .flatMap((match) => {
      const reason = cannotHave(collection)
      if (reason !== null) return [refused(match, reason, collection.name, [reason])]
      return planMatch(match, nameFor(match.declared), options.prune)
    })
  if (!options.prune) return made

  const replaced = new Set(
    made.flatMap(({ commands }) => commands.flatMap((step) => (step.do === 'drop' || step.do === 'change' ? [nameOf(step)] : []))),
  )
  const strangers = [
    ...unmanaged,
    ...matches.flatMap(({ declared, rival }) => (rival && isAsked(declared.indexSet, options.indexSet) ? [rival] : [])),
  ]
  const dropped = strangers
    .filter((index) => !index.isBuilding && !replaced.has(index.name) && !spares(index, collection.name))
    .filter((index) => restsOnIt(shardKeys, collection.name, index) === null)
    .map((index): PlannedAction => {
      const commands = [{ do: 'drop', collection: collection.name, name: index.name } as const]
      return { collection: collection.name, index: index.name, action: 'drop', commands, refusal: null, waitsFor: null }
    })
  return [...made, ...dropped]
}

function nameOf(step: IndexCommand): string {
  return step.do === 'drop' ? step.name : step.index.options.name
}

function planMatch(match: IndexMatch, name: string, prune: boolean): readonly PlannedAction[] {
  const { declared, form, same, former, rival } = match
  const plan = (action: IndexAction['action'], commands: readonly IndexCommand[], waitsFor: string | null = null): PlannedAction[] => [
    { collection: declared.collection, index: declared.options.name, action, commands, refusal: null, waitsFor },
  ]
  const building = [...former, ...(rival ? [rival] : [])].find(({ isBuilding }) => isBuilding)?.name ?? null
  if (same) {
    const ours = renamed(declared, same.name)
    const join: readonly IndexCommand[] = same.isBuilding ? [{ do: 'create', index: ours }] : []
    if (former.length > 0) return plan('replace', [...join, { do: 'verify', index: ours }, ...drops(declared, former)], building)
    return join.length > 0 ? plan('create', join) : []
  }
  const old = former[0] ?? rival
  if (old === undefined || old === null) return plan('create', [{ do: 'create', index: renamed(declared, name) }])
  const excluding = [...former, ...(rival ? [rival] : [])].filter((index) => excludeEachOther(form, index.form))
  if (canChangeInPlace(match, old)) return plan('change', [changeOf(declared, old)], building)
  if (rival && excluding.length === 0) return plan('create', [{ do: 'create', index: renamed(declared, name) }])
  if (rival && !prune) {
    const differences = describeDifferences(form, rival.form)
    return [refused(match, `${rival.name} stands in its place, and no migration declares it: drop it, or prune`, rival.name, differences)]
  }
  if (excluding.length > 0) return plan('replace', inItsPlace(declared, former, excluding), building)
  const index = renamed(declared, name)
  return plan('replace', [{ do: 'create', index }, { do: 'verify', index }, ...drops(declared, former)], building)
}

/**
 * Replaces an index that the server allows no second one beside, by dropping it first. If it is unique, another index
 * on the same key holds the constraint in between.
 */
function inItsPlace(declared: DeclaredIndex, former: readonly FormedIndex[], excluding: readonly FormedIndex[]): readonly IndexCommand[] {
  const guard = declared.options.unique === true ? guardOf(declared) : null
  const dropped = drops(declared, excluding)
  const others = former.filter((index) => !excluding.includes(index) && index.name !== guard?.options.name)
  // The declared name may still be in use by another former index.
  const isFree = !others.some(({ name }) => name === declared.options.name)
  const index = isFree
    ? declared
    : renamed(
        declared,
        derivedName(declared.options.name, (name) => former.some((each) => each.name === name)),
      )
  return [
    ...(guard === null
      ? []
      : ([
          { do: 'create', index: guard },
          { do: 'verify', index: guard },
        ] as const)),
    ...dropped,
    { do: 'create', index },
    { do: 'verify', index },
    ...drops(declared, others),
    ...(guard === null ? [] : drops(declared, [guard.options])),
  ]
}

/**
 * An index with the same constraint that the server takes for a different one. Its added condition excludes nothing,
 * because every document has an id.
 */
function guardOf(declared: DeclaredIndex): DeclaredIndex {
  const { expireAfterSeconds: _, partialFilterExpression: condition, sparse, ...options } = declared.options
  const name = guardName(declared.options.name)
  // For an index of one field, `sparse` means that the field is there. The server takes no index that is both sparse
  // and partial, so the condition says it instead.
  const always = sparse === true ? Object.fromEntries(Object.keys(declared.key).map((field) => [field, { $exists: true }])) : everyDocument
  return {
    ...declared,
    options: { ...options, name, partialFilterExpression: condition === undefined ? always : { $and: [condition, always] } },
  }
}

const everyDocument = { _id: { $exists: true } }

function renamed(declared: DeclaredIndex, name: string): DeclaredIndex {
  return { ...declared, options: { ...declared.options, name } }
}

function drops({ collection }: DeclaredIndex, indexes: readonly { readonly name: string }[]): readonly IndexCommand[] {
  return indexes.map(({ name }) => ({ do: 'drop', collection, name }))
}

const inPlace: ReadonlySet<string> = new Set(['hidden', 'expireAfterSeconds', 'prepareUnique'])

/** `expireAfterSeconds` can be added and changed in place, but not removed. */
function canChangeInPlace({ form }: IndexMatch, found: FormedIndex): boolean {
  const fields = differingFields(form, found.form)
  return fields.every((field) => inPlace.has(field)) && (!fields.includes('expireAfterSeconds') || form.has('expireAfterSeconds'))
}

function changeOf(declared: DeclaredIndex, found: FormedIndex): IndexCommand {
  const { collection, options } = declared
  const given = {
    hidden: options.hidden === true,
    prepareUnique: options.prepareUnique === true,
    expireAfterSeconds: options.expireAfterSeconds === undefined ? undefined : wholeSeconds(options.expireAfterSeconds),
  }
  const changed = Object.entries(given).filter(
    ([field, value]) => value !== undefined && found.form.get(field)?.text !== (value === false ? undefined : String(value)),
  )
  const index = { name: found.name, ...Object.fromEntries(changed) }
  return { do: 'change', index: renamed(declared, found.name), command: { collMod: collection, index } }
}

function refused({ declared }: IndexMatch, reason: string, found: string, differences: readonly string[]): PlannedAction {
  const { collection, options } = declared
  const refusal = { declared, found, differences, reason }
  return { collection, index: options.name, action: 'create', commands: [], refusal, waitsFor: null }
}
