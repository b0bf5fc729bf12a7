/**
 * The tables and collections that belong to an account. `inbox_owners` does not, because a webhook reads it before it
 * knows its account, and the ledger belongs to no account either.
 */
const scoped = [
  'inboxes',
  'contacts',
  'contact_inboxes',
  'conversations',
  'messages',
  'contact_interaction_events',
  'conversation_merges',
  'contact_merges',
  'leases',
  'lease_tokens',
  'webhook_journal',
  'sync_state',
  'inbox_migrations',
]

/**
 * The operator's statements: which accounts have something to be done in the journal, the list of the leases of all
 * accounts, and the release of those whose time is over.
 */
function isOperators(sql: string): boolean {
  return (
    sql.startsWith('with recursive accounts as (') ||
    /^select l\.account_id, [\s\S]*"leases" l\n[\s\S]*\norder by l\.account_id, l\.kind, l\.key/.test(sql) ||
    /^\s*with over as materialized \(\s*select l\.account_id, l\.key, l\.token from "[^"]+"\."leases" l/.test(sql)
  )
}

/**
 * Finds, by reading the SQL, each use of an account's table that does not name the account. A statement that reads or
 * changes a table must compare the `account_id` of its alias with a parameter as often as the table appears under that
 * alias. An insert must name `account_id` as its first column.
 */
export function unscopedTables(sql: string): string[] {
  if (isOperators(sql)) return []
  const uses = [
    ...sql.matchAll(
      /\b(from|join|update|into|delete from)\s+"[^"]+"\."(?<table>\w+)"(?:\s+(?:as\s+)?(?<alias>\w+))?(?<rest>\s*\([^)]*)?/gi,
    ),
  ]
  const wanted = new Map<string, { uses: number; table: string }>()
  const missing: string[] = []
  for (const { groups, 1: verb = '' } of uses) {
    const { table = '', alias, rest = '' } = groups ?? {}
    if (!scoped.includes(table)) continue
    if (verb.toLowerCase() === 'into') {
      if (!/^\s*\(\s*account_id\b/.test(rest)) missing.push(`insert into ${table}`)
      continue
    }
    const name =
      alias === undefined || /^(where|set|on|for|order|group|limit|returning|cross|left|join|union|values)$/i.test(alias) ? '' : alias
    wanted.set(name, { uses: (wanted.get(name)?.uses ?? 0) + 1, table })
  }
  for (const [alias, { uses: count, table }] of wanted) {
    const column = alias === '' ? String.raw`(?<![\w.])account_id` : String.raw`\b${alias}\.account_id`
    const comparisons = [...sql.matchAll(new RegExp(String.raw`${column}\s*=\s*(\$\d+|v_account|p_account(_id)?)\b`, 'g'))].length
    if (comparisons < count) missing.push(`${table} ${alias}`.trim())
  }
  return missing
}

type Doc = Readonly<Record<string, unknown>>

/** The collections that a command touches without the account in its filter, including lookups in a pipeline. */
export function unscopedCollections(command: Doc): string[] {
  const [verb, collection] = Object.entries(command)[0] ?? []
  if (verb === undefined || typeof collection !== 'string') return []
  const touched = (from: string, isScoped: boolean) => (scoped.includes(from) && !isScoped ? [`${verb} ${from}`] : [])
  const each = (key: string) => (Array.isArray(command[key]) ? (command[key] as Doc[]) : [])
  switch (verb) {
    case 'find':
      return touched(collection, namesAccount(command.filter) || isOfAllLeases(collection, command.filter))
    case 'count':
    case 'distinct':
    case 'findAndModify':
      return touched(collection, namesAccount(command.query))
    case 'insert':
      return each('documents').flatMap((doc) => touched(collection, namesAccount(doc)))
    case 'update':
      return each('updates').flatMap(({ q }) => touched(collection, namesAccount(q) || isOfAllLeases(collection, q)))
    case 'delete':
      return each('deletes').flatMap(({ q }) => touched(collection, namesAccount(q)))
    case 'aggregate':
      if (asksForAccounts(each('pipeline'))) return []
      return pipelineOf(collection, each('pipeline'), touched)
    default:
      return []
  }
}

/** The operator's list of the leases of all accounts, and the release of those whose time is over. */
function isOfAllLeases(collection: string, filter: unknown): boolean {
  return (
    collection === 'leases' && Object(Object(filter).accountId) === Object(filter).accountId && '$exists' in Object(Object(filter).holder)
  )
}

/** The operator's question, which accounts have something to be done in the journal, shows no document of theirs. */
function asksForAccounts(stages: readonly Doc[]): boolean {
  return stages.some(({ $group }) => Object($group)._id === '$accountId')
}

function pipelineOf(from: string, stages: readonly Doc[], touched: (from: string, isScoped: boolean) => string[]): string[] {
  const [first] = stages
  const inner = stages.flatMap((stage) => {
    const lookup = (stage.$lookup ?? stage.$unionWith) as { from?: string; coll?: string; pipeline?: Doc[] } | undefined
    return lookup ? pipelineOf(lookup.from ?? lookup.coll ?? '', lookup.pipeline ?? [], touched) : []
  })
  return [...touched(from, namesAccount(first?.$match)), ...inner]
}

function namesAccount(filter: unknown): boolean {
  return typeof Object(filter).accountId === 'string'
}
