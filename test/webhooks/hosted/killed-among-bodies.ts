import { seededRandom } from '../../histories/random.js'
import type { RestartableServer } from '../../servers/running.js'
import { type HostedDatabase, hostedDatabases } from './databases.js'
import { startHost, type WebhookHost } from './hosted.js'
import { liveBody, messageId, type SentMessage } from './whatsapp-bodies.js'

const owners = { acme: '106540352242922', globex: '206540352242922' }
const bodiesOfRun = 100
const messagesOfBody = 20
const customers = 40
const atOnce = 8

interface Kills {
  readonly kills: number
  readonly seed: number
}

interface Body {
  readonly messages: readonly SentMessage[]
  readonly text: string
}

/**
 * Sends 100 bodies to a host, kills its database when some of them are answered, and sends the rest again once the
 * database is back, so many times. Returns what is wrong then, which should be nothing. In every other run the host
 * sends a write once, so that the outage reaches the sender; in the others its retries outlive it.
 */
export async function killedAmongBodies(
  engine: keyof typeof hostedDatabases,
  server: RestartableServer,
  { kills, seed }: Kills,
): Promise<readonly string[]> {
  const random = seededRandom(seed)
  const faults: string[] = []
  const counts = { answered: 0, again: 0 }
  for (let run = 0; run < kills && faults.length === 0; run++) {
    const database = await hostedDatabases[engine](server.url, owners)
    const host = await startHost(database.url, { retries: run % 2 === 1 })
    try {
      const bodies = Array.from({ length: bodiesOfRun }, (_, nth) => newBody(random.below, `${run} ${nth}`))
      const killAfter = 10 + random.below(bodiesOfRun - 20)
      const answered = await sendAndKill(host, bodies, killAfter, () => server.restart('SIGKILL'))
      const rest = bodies.filter((body) => !answered.has(body))
      const where = `run ${run}, killed after ${killAfter} answers`
      faults.push(...(await missing(database, [...answered])).map((fault) => `${where}: answered and ${fault}`))
      for (const body of rest) if (!(await arrives(host, body))) faults.push(`${where}: a body was refused to the end`)
      faults.push(...(await notOnce(database, bodies)).map((fault) => `${where}: ${fault}`))
      counts.answered += answered.size
      counts.again += rest.length
    } finally {
      await host.end()
      await database.drop()
    }
  }
  process.stdout.write(
    `${engine}: ${kills} kills among ${bodiesOfRun} bodies each: ${counts.answered} were answered 200 at once, ${counts.again} were sent ` +
      `again, ${faults.length} faults (seed ${seed})\n`,
  )
  return faults
}

function newBody(below: (count: number) => number, name: string): Body {
  const accounts = Object.values(owners)
  const messages = Array.from({ length: messagesOfBody }, (_, nth) => ({
    phoneNumberId: accounts[below(accounts.length)] ?? '',
    from: `849000${String(below(customers)).padStart(5, '0')}`,
    messageId: messageId(name, nth),
  }))
  return { messages, text: liveBody(messages) }
}

/** Returns the bodies that were answered with 200, some before the kill and some after it. */
async function sendAndKill(
  host: WebhookHost,
  bodies: readonly Body[],
  killAfter: number,
  kill: () => Promise<void>,
): Promise<ReadonlySet<Body>> {
  const answered = new Set<Body>()
  let killing: Promise<void> | null = null
  let next = 0
  const sender = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      if ((await host.post(body.text)) === 200) answered.add(body)
      if (answered.size >= killAfter) killing ??= kill()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, sender))
  await killing
  return answered
}

/** Sends a body as a channel does: again, until it is answered with 200. */
async function arrives(host: WebhookHost, body: Body): Promise<boolean> {
  for (let attempt = 0; attempt < 50; attempt++) if ((await host.post(body.text)) === 200) return true
  return false
}

async function missing(database: HostedDatabase, bodies: readonly Body[]): Promise<readonly string[]> {
  const stored = new Set((await database.messages()).map(({ account, messageId }) => `${account} ${messageId}`))
  return bodies
    .flatMap(({ messages }) => messages.filter((message) => !stored.has(keyOf(message))))
    .map(({ messageId }) => `lost: ${messageId}`)
}

/** What is there more or less than once, and which counts do not fit. */
async function notOnce(database: HostedDatabase, bodies: readonly Body[]): Promise<readonly string[]> {
  const sent = bodies.flatMap(({ messages }) => messages)
  const expected = sent.map(keyOf).sort()
  const keysOf = (rows: Awaited<ReturnType<HostedDatabase['messages']>>) =>
    rows.map(({ account, messageId }) => `${account} ${messageId}`).sort()
  const conversations = (await database.conversations()).map(({ account, customerId, status, unread, lastSeq }) =>
    [account, customerId, status, unread, lastSeq].join(' '),
  )
  const counts = new Map<string, number>()
  for (const message of sent) {
    const customer = `${accountOf(message)} ${message.from}`
    counts.set(customer, (counts.get(customer) ?? 0) + 1)
  }
  const expectedConversations = [...counts].map(([customer, count]) => `${customer} open ${count} ${count}`)
  return [
    ...differences('message', expected, keysOf(await database.messages())),
    ...differences('event', expected, keysOf(await database.events())),
    ...differences('conversation', expectedConversations.sort(), conversations.sort()),
  ]
}

function differences(what: string, expected: readonly string[], found: readonly string[]): readonly string[] {
  if (expected.join('\n') === found.join('\n')) return []
  const wrong = [...new Set([...expected, ...found])].filter(
    (each) => expected.filter((other) => other === each).length !== found.filter((other) => other === each).length,
  )
  return wrong.slice(0, 5).map((each) => `${what} ${each}: expected ${countOf(expected, each)}, found ${countOf(found, each)}`)
}

function countOf(list: readonly string[], one: string): number {
  return list.filter((each) => each === one).length
}

function keyOf(message: SentMessage): string {
  return `${accountOf(message)} ${message.messageId}`
}

function accountOf({ phoneNumberId }: SentMessage): string {
  return Object.entries(owners).find(([, oaId]) => oaId === phoneNumberId)?.[0] ?? 'nobody'
}
