import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { freePort } from '../servers/scratch.js'
import { sourceFiles } from '../structure/source-files.js'

const root = fileURLToPath(new URL('../../', import.meta.url))
const page = readFileSync(`${root}docs/webhooks.md`, 'utf8')

/** A block of the page: a command (`sh`), what it prints (`text`), or what the host logs (`log`). */
interface Block {
  readonly kind: string
  readonly content: string
}

function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```(sh|text|log)\n([\s\S]*?)^```$/gm)].map(([, kind = '', content = '']) => ({ kind, content }))
}

interface Lines {
  /** Reads up to the line that begins so, and returns those before it. */
  upTo(beginning: string): Promise<readonly string[]>
}

/** What is printed and not read yet, line by line. */
function linesOf(child: ChildProcess): Lines {
  if (child.stdout === null) throw new Error('the process has no output')
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async upTo(beginning) {
      const read: string[] = []
      for (;;) {
        const { value, done } = await lines.next()
        if (done === true) throw new Error(`the process ended after ${read.join('\n')}`)
        if (value.startsWith(beginning)) return read
        read.push(value)
      }
    },
  }
}

/** Runs the blocks in the order of the page: commands in one shell, and the host beside it until it is started anew. */
async function followGuide(blocks: readonly Block[], port: number): Promise<void> {
  const here = (text: string) => text.replaceAll('3000', String(port))
  const env = { ...process.env, META_APP_SECRET: undefined, WEBHOOK_VERIFY_TOKEN: undefined }
  const shell = spawn('bash', { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] })
  const printed = linesOf(shell)
  let exports = ''
  let host: { readonly child: ChildProcess; readonly log: Lines } | null = null
  const endHost = async () => {
    if (host === null) return
    const gone = once(host.child, 'exit')
    process.kill(-Number(host.child.pid), 'SIGTERM')
    await gone
    host = null
  }
  let answer: readonly string[] = []
  try {
    for (const { kind, content } of blocks) {
      if (kind === 'sh' && content.includes('npx tsx')) {
        await endHost()
        // Its own group, because npx starts the program as a child.
        const child = spawn('bash', ['-c', here(`exec 2>&1\n${exports}${content}`)], {
          cwd: root,
          env,
          detached: true,
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        host = { child, log: linesOf(child) }
        await answers(port)
      } else if (kind === 'sh') {
        if (content.startsWith('export ')) exports = content
        // What a command prints may lack its last line end.
        shell.stdin.write(`${here(content)}\nprintf '\\nthe end\\n'\n`)
        answer = await printed.upTo('the end')
      } else if (kind === 'text') {
        expect(answer.join('\n').trim()).toBe(content.trim())
      } else {
        await host?.log.upTo(content.trim())
      }
    }
  } finally {
    await endHost()
    shell.kill()
  }
}

/** Waits until the host takes connections. */
async function answers(port: number): Promise<void> {
  for (;;) {
    const answered = await fetch(`http://127.0.0.1:${port}/webhook`).then(
      () => true,
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
}

describe('the guide of webhooks', () => {
  test('prints what it says, command by command', { timeout: 120_000 }, async () => {
    const blocks = blocksOf(page)
    expect(blocks.filter(({ kind }) => kind === 'sh').length).toBeGreaterThan(6)
    expect(blocks.filter(({ kind }) => kind !== 'sh').length).toBeGreaterThan(5)
    await followGuide(blocks, await freePort())
  })

  test('finds a command that prints something else', { timeout: 120_000 }, async () => {
    const wrong = blocksOf('```sh\necho one\n```\n\n```text\ntwo\n```\n')
    await expect(followGuide(wrong, 0)).rejects.toThrow('two')
  })

  test('quotes what the handler says', () => {
    const [, troubles = ''] = page.split('## Check')
    const said = [...sourceFiles('src/webhooks').values(), ...sourceFiles('src/http').values()].join('\n')
    const quoted = [...troubles.matchAll(/`([^`\n]+)`/g)].map(([, text = '']) => text).filter((text) => text.split(' ').length > 2)
    expect(quoted.length).toBeGreaterThan(8)
    expect(quoted.filter((text) => !text.split('…').every((part) => said.includes(part.trim())))).toEqual([])
  })
})
