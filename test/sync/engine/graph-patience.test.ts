import { expect, test } from 'vitest'
import { sessionToResume } from '../../../src/sync/engine/session-to-resume.js'
import { syncConversations } from '../../../src/sync/engine/sync-conversations.js'
import { type Canned, cannedSource, error, good } from '../canned.js'
import { freshAccount, optionsOf } from './syncing.js'

const lasting = (answer: Canned) => Array.from({ length: 6 }, () => answer)

test.each([
  ['too many calls', error(613), [30, 60, 120, 240, 300]],
  ['a server that is down', error(2, 500), [1, 2, 4, 8, 16]],
])('a refusal that lasts (%s) is asked six times in all, and the sync stops resumably', async (_, answer, seconds) => {
  const acme = await freshAccount()
  const { source, clock, calls } = cannedSource([...lasting(answer), good, good, good])
  const thrown: unknown = await syncConversations(acme, optionsOf({ source, clock })).catch((failure: unknown) => failure)
  expect(thrown).toMatchObject({ code: 'SOURCE_UNAVAILABLE', retryable: true, details: { attempts: 6 } })
  expect(calls).toHaveLength(6)
  expect(clock.slept).toEqual(seconds.map((bound) => bound * 750))
  const run = await syncConversations(acme, optionsOf({ source, clock, resumeSession: sessionToResume(thrown) }))
  expect(run).toMatchObject({ hasMore: false, messages: 1 })
})
