import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { MongoClient } from 'mongodb'
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { isServerAbsent, serverUrl } from '../contract/server.js'
import { appSecret, signedPost } from '../webhooks/handler/signed-post.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const cwd = `${root}examples/multi-tenant`
const publicDatabase = `test_${randomBytes(6).toString('hex')}`

interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command as the README has it, with this checkout's program. */
function run(command: string): Promise<Ended> {
  const [, program, ...args] = command.split(/\s+/)
  const script = program === 'tsx' ? [] : [`${root}src/cli/main.ts`]
  const env = { ...process.env, MONGODB_URI: serverUrl('mongoReplicaSet'), MONGODB_PUBLIC_DATABASE: publicDatabase, DATABASE_URL: '' }
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', 'tsx', ...script, ...args], { cwd, env }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr })
    })
  })
}

describe.skipIf(isServerAbsent('mongoReplicaSet'))('the example of many tenants', () => {
  afterAll(async () => {
    await using client = await new MongoClient(serverUrl('mongoReplicaSet')).connect()
    const { databases } = await client
      .db()
      .admin()
      .listDatabases({ nameOnly: true, filter: { name: { $regex: `^${publicDatabase}` } } })
    for (const { name } of databases) await client.db(name).dropDatabase()
  })

  test('works as its README says, command by command', { timeout: 180_000 }, async () => {
    const readme = await readFile(`${cwd}/README.md`, 'utf8')
    const commands = [...readme.matchAll(/^npx .+?(?=\s+#|$)/gm)].map(([command]) => command)
    expect(commands.length).toBeGreaterThan(10)
    for (const command of commands) {
      const ended = await run(command)
      expect(ended.code, `${command}\n${ended.stdout}\n${ended.stderr}`).toBe(0)
      if (command.includes('create-tenant')) expect(ended.stdout).toMatch(/migrations, first conversation created/)
    }
    expect((await run('npx conversation-store status --check')).code).toBe(0)
    await using client = await new MongoClient(serverUrl('mongoReplicaSet')).connect()
    const replies = client.db(`${publicDatabase}_acme`).collection('saved_replies')
    expect((await replies.indexes()).map(({ name }) => name).sort()).toEqual([
      '_id_',
      'idx_saved_replies_language',
      'idx_saved_replies_shortcut',
    ])
  })

  test('moves the data that a tenant has, and takes it back', { timeout: 120_000 }, async () => {
    await using client = await new MongoClient(serverUrl('mongoReplicaSet')).connect()
    const replies = client.db(`${publicDatabase}_acme`).collection('saved_replies')
    await replies.insertMany(Array.from({ length: 250 }, (_, index) => ({ accountId: 'main', shortcut: `s${index}`, text: 'Dạ' })))
    expect((await run('npx conversation-store down --tenant=acme --yes')).code).toBe(0)
    const dry = await run('npx conversation-store migrate --dry-run --tenant=acme')
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('saved_replies@002') })
    expect(await replies.countDocuments({ language: 'vi' })).toBe(0)
    expect((await run('npx conversation-store migrate --tenant=acme')).code).toBe(0)
    expect(await replies.countDocuments({ language: 'vi' })).toBe(250)
  })

  test('takes the webhooks of all tenants, each by the number that WhatsApp displays', async () => {
    vi.stubEnv('MONGODB_URI', serverUrl('mongoReplicaSet'))
    vi.stubEnv('MONGODB_PUBLIC_DATABASE', publicDatabase)
    vi.stubEnv('META_APP_SECRET', appSecret)
    vi.stubEnv('WEBHOOK_VERIFY_TOKEN', 'token')
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
    onTestFinished(() => {
      vi.unstubAllEnvs()
      vi.restoreAllMocks()
    })
    const { client, handle } = await import('../../examples/multi-tenant/webhook.js')
    onTestFinished(() => client.close())
    const numbers = { p1: '15550051310', p2: '+1 555-005-1311', p3: '15550051312' }
    const changes = Object.entries(numbers).map(([phone_number_id, display_phone_number]) => ({
      field: 'messages',
      value: {
        metadata: { phone_number_id, display_phone_number },
        messages: [{ id: `wamid.${phone_number_id}`, from: '84901234567', timestamp: '1768000000', type: 'text', text: { body: 'Hi' } }],
      },
    }))
    const body = JSON.stringify({ object: 'whatsapp_business_account', entry: [{ id: 'waba', changes }] })
    for (const _ of ['first', 'again']) expect((await handle(signedPost(body))).status).toBe(200)
    const stored = (tenant: string) => client.db(`${publicDatabase}_${tenant}`).collection('messages').distinct('message_id')
    expect([await stored('acme'), await stored('globex')]).toEqual([['wamid.p1'], ['wamid.p2']])
    expect(warn.mock.calls.flat().join()).toMatch(/no tenant has the number of the inbox p3/)
  })
})
