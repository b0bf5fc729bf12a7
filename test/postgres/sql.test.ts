import { expect, test } from 'vitest'
import { compile, createCompiler, type Fragment, join, nothing, raw, sql, type Value } from '../../src/postgres/sql.js'

test('a statement that was compiled before keeps its text and gets its own values', () => {
  const named = (id: Value | Fragment, only: Fragment) => sql`select ${raw('a, b')} from t where id = ${id} ${only}`
  const among = (ids: readonly Value[], separator: string) =>
    sql`id in (${join(
      ids.map((id) => sql`${id}`),
      separator,
    )})`
  const shapes = [
    (value: Value) => named(value, nothing),
    (value: Value) => named(sql`${value}`, nothing),
    (value: Value) => named(raw('id'), sql`and c = ${value}`),
    (value: Value) => named(value, sql`and c = ${value} and d = ${value}`),
    (value: Value) => among([value, 'x'], ', '),
    (value: Value) => among([value, 'x', 'y'], ', '),
    (value: Value) => among([value, 'x'], ' or '),
    (value: Value) => sql`${value}${raw('::text')}`,
    (value: Value) => sql`${raw('::text')}${value}`,
    () => sql`select 1`,
    () => raw('select 2'),
    () => nothing,
  ]
  const compileOnce = createCompiler()
  for (const value of ['first', null, 2, 'select 1'])
    for (const [index, shape] of shapes.entries()) expect(compileOnce(shape(value)), `shape ${index}`).toEqual(compile(shape(value)))
})
