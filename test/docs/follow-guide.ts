import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** A block of a guide: a command (`sh`), what it prints (`text`), or what the host logs (`log`). */
export interface Block {
  readonly kind: string
  readonly content: string
}

export function blocksOf(markdown: string): readonly Block[] {
  return [...markdown.matchAll(/^```(sh|text|log)\n([\s\S]*?)^```$/gm)].map(([, kind = '', content = '']) => ({ kind, content }))
}

export interface GuideTerms {
  /** The port that the guide writes as 3000, and the path under which its host answers. */
  readonly port: number
  readonly path: string
  readonly env: NodeJS.ProcessEnv
  /** What differs here from what the guide writes, such as the address of the database. */
  readonly here?: (text: string) => string
  /** What the shell is told first. */
  readonly prelude?: string
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

/**
 * Runs the blocks in the order of the page: commands in one shell, and the host beside it until it is started anew. The
 * host starts in the directory to which the shell went, with what it exported.
 */
export async function followGuide(blocks: readonly Block[], terms: GuideTerms): Promise<void> {
  const { port, env, prelude = '' } = terms
  const here = (text: string) => (terms.here?.(text) ?? text).replaceAll('3000', String(port))
  const shell = spawn('bash', { cwd: root, env, stdio: ['pipe', 'pipe', 'inherit'] })
  const printed = linesOf(shell)
  let setting = ''
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
    shell.stdin.write(`${prelude}\n`)
    for (const { kind, content } of blocks) {
      if (kind === 'sh' && content.includes('npx tsx')) {
        await endHost()
        // Its own group, because npx starts the program as a child.
        const child = spawn('bash', ['-c', here(`exec 2>&1\n${setting}${content}`)], {
          cwd: root,
          env,
          detached: true,
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        host = { child, log: linesOf(child) }
        await answers(`http://127.0.0.1:${port}${terms.path}`)
      } else if (kind === 'sh') {
        setting += (content.match(/^(export|cd) .*\n/gm) ?? []).join('')
        // What a command prints may lack its last line end.
        shell.stdin.write(`${here(content)}\nprintf '\\nthe end\\n'\n`)
        answer = await printed.upTo('the end')
      } else if (kind === 'text') {
        expect(answer.join('\n').trim()).toMatch(patternOf(content.trim()))
      } else {
        await host?.log.upTo(content.trim())
      }
    }
  } finally {
    await endHost()
    shell.kill()
  }
}

/** The text itself, but for what differs from run to run: what `…` stands for, and how many seconds something takes. */
function patternOf(text: string): RegExp {
  const literal = (part: string) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\b\d+ s\b/g, '\\d+ s')
  const parts = text.split('…').map(literal)
  return new RegExp(`^${parts.join('[^\\n]+?')}$`)
}

/** Waits until the host takes connections. */
async function answers(url: string): Promise<void> {
  for (;;) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    )
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
}

/** What a page quotes in its part about troubles, commands aside, and what of it the library's texts do not have. */
export function misquoted(page: string, texts: readonly string[]): { readonly quoted: number; readonly wrong: readonly string[] } {
  const [, troubles = ''] = page.split('## Check')
  const said = texts.join('\n')
  const quoted = [...troubles.matchAll(/`([^`\n]+)`/g)]
    .map(([, text = '']) => text)
    .filter((text) => text.split(' ').length > 2 && !/^(conversation-store|sync|adopt) /.test(text))
  return { quoted: quoted.length, wrong: quoted.filter((text) => !text.split('…').every((part) => said.includes(part.trim()))) }
}
