import { escapeLiteral } from 'pg'
import { expect } from 'vitest'
import type { ScratchSchema, SentStatement } from './scratch-schema.js'

/** The numbers of rows of each table that are inserted, updated and deleted, in this order. */
export type RowsWritten = Readonly<Record<string, readonly number[]>>

export interface Touched {
  readonly blocks: number
  readonly rows: RowsWritten
  readonly sequentialScans: number
  /** Whether the call took a transaction id. It needs one to write a row and also to lock one. */
  readonly wroteOrLocked: boolean
  readonly nodes: readonly string[]
}

interface PlanNode {
  readonly 'Node Type': string
  readonly 'Shared Hit Blocks': number
  readonly 'Shared Read Blocks': number
  readonly Plans?: readonly PlanNode[]
}

function nodeTypes(plan: PlanNode): readonly string[] {
  return [plan['Node Type'], ...(plan.Plans ?? []).flatMap(nodeTypes)]
}

type Scratch = Pick<ScratchSchema, 'schema' | 'query'>

/**
 * What the call's statements touch once their plans are made, all together. They run on the pool's only connection and
 * are rolled back. Each is counted twice, and the lesser count holds: when other tests change schemas meanwhile, the
 * server forgets what it knows of the catalog, and reads it anew within the call.
 */
export async function touchedBy(scratch: Scratch, sent: SentStatement[], call: () => Promise<unknown>): Promise<Touched> {
  sent.length = 0
  await undone(scratch, call)
  const statements = sent.filter(({ text }) => text.includes(scratch.schema))
  const touched: Touched[] = []
  for (const statement of statements) {
    const [once, again] = [await touchedByStatement(scratch, statement), await touchedByStatement(scratch, statement)]
    touched.push(once.blocks <= again.blocks ? once : again)
  }
  return touched.reduce(together)
}

function together(a: Touched, b: Touched): Touched {
  const tables = new Set([...Object.keys(a.rows), ...Object.keys(b.rows)])
  const rowsOf = (table: string) => (a.rows[table] ?? [0, 0, 0]).map((count, index) => count + (b.rows[table]?.[index] ?? 0))
  return {
    blocks: a.blocks + b.blocks,
    rows: Object.fromEntries([...tables].map((table) => [table, rowsOf(table)])),
    sequentialScans: a.sequentialScans + b.sequentialScans,
    wroteOrLocked: a.wroteOrLocked || b.wroteOrLocked,
    nodes: [...a.nodes, ...b.nodes],
  }
}

async function undone<T>({ query }: Scratch, work: () => Promise<T>): Promise<T> {
  await query('begin')
  const result = await work()
  await query('rollback')
  return result
}

async function touchedByStatement(scratch: Scratch, { text, values = [] }: SentStatement): Promise<Touched> {
  const { query } = scratch
  const literals = values.map((value) => (value === null ? 'null' : escapeLiteral(String(value))))
  const execution = `execute planned${literals.length > 0 ? `(${literals.join(', ')})` : ''}`
  await query(`prepare planned as ${text}`)
  await undone(scratch, () => query(execution))
  const measured = () =>
    undone(scratch, async () => {
      const before = await counters(scratch)
      const [plan] = await query(`explain (analyze, buffers, timing off, format json) ${execution}`)
      const [xid] = await query('select txid_current_if_assigned() is not null as assigned')
      const after = await counters(scratch)
      const explained = (plan?.['QUERY PLAN'] ?? []) as readonly { readonly Plan: PlanNode }[]
      const root = explained[0]?.Plan ?? expect.fail(`no plan of ${text}`)
      const counts = [...after].map(
        ([table, now]) => [table, now.map((count, index) => count - (before.get(table)?.[index] ?? 0))] as const,
      )
      return {
        blocks: root['Shared Hit Blocks'] + root['Shared Read Blocks'],
        rows: Object.fromEntries(counts.map(([table, [, ...written]]) => [table, written])),
        sequentialScans: counts.reduce((sum, [, [scans = 0]]) => sum + scans, 0),
        wroteOrLocked: xid?.assigned === true,
        nodes: nodeTypes(root),
      }
    })
  // Changes of other tests' schemas make the server plan anew at any moment, and what it reads for that counts as well.
  const [first, second] = [await measured(), await measured()]
  await query('deallocate planned')
  return first.blocks <= second.blocks ? first : second
}

async function counters({ schema, query }: Scratch): Promise<Map<string, readonly number[]>> {
  const rows = await query(
    `select relname, seq_scan, n_tup_ins, n_tup_upd, n_tup_del from pg_stat_xact_user_tables where schemaname = '${schema}' order by relname`,
  )
  return new Map(rows.map((row) => [String(row.relname), [row.seq_scan, row.n_tup_ins, row.n_tup_upd, row.n_tup_del].map(Number)]))
}
