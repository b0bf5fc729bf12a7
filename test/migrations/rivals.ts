import { expect, test } from 'vitest'
import { seededRandom } from '../histories/random.js'
import { startThrowawayReplicaSet } from '../servers/mongo.js'
import { runProcess } from './processes.js'
import { engines } from './test-platform.js'

const runners = 3
const leaseTtlMs = 2_000

/**
 * Starts three runners of one empty server at once, each of which is killed at a random one of its operations, in a
 * batch of a host's rows too. Then three more run to their end at once, and have to leave what a run leaves that nobody
 * killed. None of them may fail.
 */
export function killRivals(rounds: number, seed: number, timeout: number): void {
  test.each(Object.entries(engines))(
    `${runners} runners of %s are killed at random, and the next ${runners} end it`,
    { timeout },
    async (name, open) => {
      const random = seededRandom(seed)
      const server = name === 'MongoDB' ? await startThrowawayReplicaSet() : null
      const needs = { withRows: true, ...(server !== null && { mongoUrl: server.url }) }
      try {
        await using clean = await open(needs)
        const whole = await runProcess(clean.task({ tenants: [clean.tenant('acme')] }))
        expect(whole).toMatchObject({ verdict: 'done' })
        const expected = await clean.state(namesOf(clean.publicName))
        const operations = whole?.operations ?? 0
        let killed = 0
        for (let round = 1; round <= rounds; round++) {
          await using platform = await open(needs)
          const tenants = [platform.tenant('acme')]
          const task = (kill: Parameters<typeof platform.task>[0]['kill'] = null) =>
            platform.task({ tenants, leaseTtlMs, options: { lockWaitMs: 300_000 }, kill })
          const dying = await Promise.all(
            Array.from({ length: runners }, () => {
              const when = random.chance(0.5) ? 'before' : 'after'
              return runProcess(task({ at: 1 + random.below(operations), when }))
            }),
          )
          killed += dying.filter((result) => result === null).length
          const results = [...dying, ...(await Promise.all(Array.from({ length: runners }, () => runProcess(task()))))]
          const said = `seed ${seed}, round ${round}: ${JSON.stringify(results)}`
          expect(
            results.filter((result) => result !== null && result.verdict !== 'done'),
            said,
          ).toEqual([])
          expect(await platform.state(namesOf(platform.publicName)), said).toEqual(expected)
        }
        console.log(
          `  ${name}: seed ${seed}, ${rounds} rounds of ${runners} runners, ${killed} killed, each time the same end, and none failed`,
        )
        // In a few rounds most runners may find that another one has done all, and end before their time.
        expect(killed).toBeGreaterThan(rounds < 10 ? 0 : rounds)
      } finally {
        await server?.stop()
      }
    },
  )
}

const namesOf = (publicName: string) => [publicName, `${publicName}_acme`]
