import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'vitest'
import { createConversationStore } from '../../src/index.js'
import { createNames } from '../../src/postgres/names.js'
import { latestSchema, migrationSteps } from '../../src/postgres/schema/steps.js'
import { threads, waitsOf } from '../contract/waiting-threads.js'
import { onServer } from './scratch-schema.js'

test('the customers who wait under schema 11 wait since the same time after the upgrade, and as a new database says', async () => {
  const { adapter, query, schema } = await onServer()
  const account = createConversationStore({ adapter }).forAccount('acme')
  await threads(account)
  const before = await waitsOf(account)
  await query(`alter table "${schema}".conversations drop column waiting_since, drop column last_answer_at`)
  await query(`drop function "${schema}".turn_live`)
  await query(
    `create function "${schema}".turn_live(text, text, text[], text, jsonb, text, text, timestamptz, bigint) returns void language sql as ''`,
  )
  for (const later of ['merges', 'contact-merges']) {
    for (const statement of migrationSteps.find(({ name }) => name === later)?.undo(createNames({ schema })) ?? []) await query(statement)
  }
  await query(`delete from "${schema}".conversation_store_migrations where version >= '012'`)

  equal((await adapter.migrate()).schema, latestSchema)
  deepEqual(await adapter.checkSchema(), { ok: true, schema: latestSchema, missing: [], different: [] })
  deepEqual(await waitsOf(account), before)
})
