import { escapeLiteral } from 'pg'
import { expect } from 'vitest'
import type { ScratchSchema, SentStatement } from './scratch-schema.js'

export interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Rows Removed by Filter'?: number
  readonly 'Actual Rows': number
  readonly Plans?: readonly PlanNode[]
}

/** The plan of a statement that was sent: for all values, and for these values alone. */
export const planModes = ['force_generic_plan', 'force_custom_plan'] as const

/** Runs the statement, takes it back, and returns the nodes of its plan. The pool must have one connection. */
export async function explained(
  query: ScratchSchema['query'],
  { text, values = [] }: SentStatement,
  mode: (typeof planModes)[number],
): Promise<readonly PlanNode[]> {
  await query('begin')
  await query(`set local plan_cache_mode = ${mode}`)
  await query(`prepare planned as ${text}`)
  const literals = values.map((value) => (value === null ? 'null' : escapeLiteral(String(value))))
  const [row] = await query(`explain (analyze, format json) execute planned${literals.length > 0 ? `(${literals.join(', ')})` : ''}`)
  await query('rollback')
  await query('deallocate planned')
  const plans = (row?.['QUERY PLAN'] ?? []) as readonly { readonly Plan: PlanNode }[]
  expect(plans).toHaveLength(1)
  return plans.flatMap(({ Plan }) => nodesOf(Plan))
}

function nodesOf(plan: PlanNode): readonly PlanNode[] {
  return [plan, ...(plan.Plans ?? []).flatMap(nodesOf)]
}
