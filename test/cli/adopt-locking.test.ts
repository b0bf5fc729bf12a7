import { expect, test } from 'vitest'
import { addDoubles, sqlHosts, wholeOf } from '../adoption/locking-tables.js'
import { run } from './run-in-process.js'

test('the command adopt locking plans, adds, and goes back', async () => {
  const host = await sqlHosts.find(([name]) => name === 'PGlite')?.[1]()
  if (host === undefined) throw new Error('there is no host')
  await addDoubles(host)
  const before = await wholeOf(host)
  const hostDatabase = () => ({ db: host.db, schema: host.schema, databaseNamed: null })
  const adopt = (...words: string[]) => run(['adopt', 'locking', ...words], { hostDatabase })
  const planned = await adopt()
  expect(planned).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('missing: column version\n') })
  expect(planned.stdout).toContain('4 events would go into the archive\nNothing was changed. Run again with --apply.')
  expect(await wholeOf(host)).toEqual(before)
  expect(await adopt('--apply')).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^16 added, 4 events in the archive\nversion column +1\n/),
  })
  const again = JSON.parse((await adopt('--apply', '--json')).stdout)
  expect(again.report).toMatchObject({ applied: { added: [], doubles: 0 }, verified: { ok: true } })
  expect(await adopt('--undo', '--yes')).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/\n4 events brought back\.\n$/) })
  expect(await wholeOf(host)).toEqual(before)
})

test('the command adopt locking --sql prints the text, and opens no database', async () => {
  const { exitCode, stdout } = await run(['adopt', 'locking', '--sql'])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^do \$conversation_store\$\n[\s\S]*"public"\."messenger_conversations"[\s\S]*end\n\$conversation_store\$;\n$/)
})
