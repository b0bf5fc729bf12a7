import { type PostgresBackend, postgresBackend } from '../postgres-backend.js'
import type { Mutant } from './mutant.js'

/** A bug in the database itself: a changed text of the library's functions or statements, or a missing index. */
export interface PostgresMutant extends Mutant {
  readonly functions?: readonly ChangedFunction[]
  /** Changed texts that only make races show more often. The case has to pass with these alone. */
  readonly slowed?: readonly ChangedFunction[]
  /** Changes the text of the statements that the adapter sends. */
  readonly statements?: readonly { readonly replace: string | RegExp; readonly by: string }[]
  readonly dropIndexes?: readonly string[]
  /** How often the case is run until it fails. */
  readonly attempts: number
}

export interface ChangedFunction {
  readonly name: string
  readonly replace: string | RegExp
  readonly by: string
}

/** A bug in the statements that the adapter sends. */
export const inStatement =
  (attempts: number) =>
  (bug: string, subject: PostgresMutant['subject'], caughtBy: string, replace: string | RegExp, by: string): PostgresMutant => ({
    bug,
    subject,
    caughtBy,
    statements: [{ replace, by }],
    attempts,
  })

/** A bug in the text of one function. */
export const inFunction =
  (attempts: number) =>
  (
    bug: string,
    subject: PostgresMutant['subject'],
    caughtBy: string,
    name: string,
    replace: string | RegExp,
    by: string,
  ): PostgresMutant => ({ bug, subject, caughtBy, functions: [{ name, replace, by }], attempts })

export async function mutatedPostgres(
  url: string,
  { functions = [], slowed = [], statements = [], dropIndexes = [] }: Omit<PostgresMutant, keyof Mutant | 'attempts'>,
): Promise<PostgresBackend> {
  const backend = await postgresBackend({ name: 'postgres with a bug', url })
  for (const index of dropIndexes) await backend.query(`drop index "${backend.schema}".${index}`)
  await changeFunctions(backend, [...slowed, ...functions])
  const meant = (text: string) => statements.reduce((all, { replace, by }) => all.replace(replace, by), text)
  const changed = new WeakSet<object>()
  backend.pool.on('acquire', (client) => {
    if (changed.has(client)) return
    changed.add(client)
    const send = client.query.bind(client) as (sent: unknown, ...rest: unknown[]) => unknown
    const sendChanged = (sent: unknown, ...rest: unknown[]) =>
      send(typeof sent === 'object' && sent !== null && 'text' in sent ? { ...sent, text: meant(String(sent.text)) } : sent, ...rest)
    Object.assign(client, { query: sendChanged })
  })
  return backend
}

/** Changes texts of the functions of a schema, and fails if one of them has nothing of that kind. */
export async function changeFunctions(
  { query, schema }: Pick<PostgresBackend, 'query' | 'schema'>,
  changes: readonly ChangedFunction[],
): Promise<void> {
  for (const { name, replace, by } of changes) {
    const [row] = await query(
      'select pg_get_functiondef(p.oid) as text from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = $1 and p.proname = $2',
      [schema, name],
    )
    const text = String(row?.text)
    const changed = text.replaceAll(replace instanceof RegExp ? new RegExp(replace, 'g') : replace, by)
    if (changed === text) throw new Error(`the function ${name} has nothing like ${String(replace)}`)
    await query(changed)
  }
}
