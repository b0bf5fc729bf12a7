import { execFileSync } from 'node:child_process'
import { existsSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a build of the library exports, for as much as is measured here. */
export interface Build {
  readonly createConversationStore: typeof import('conversation-store').createConversationStore
  readonly postgres: typeof import('conversation-store/postgres').postgres
  readonly mongo: typeof import('conversation-store/mongo').mongo
}

/** The build that stands in `dist`, as `npm run build` has left it. */
export function presentBuild(): Promise<Build> {
  return imported(path.join(root, 'dist'))
}

/**
 * Builds an earlier revision beside this checkout, with the packages of this checkout, so that nothing but the library
 * differs. A build stays in the directory for temporary files and is used again.
 */
export async function buildOf(revision: string): Promise<Build> {
  const commit = git('rev-parse', '--verify', `${revision}^{commit}`)
  const directory = path.join(tmpdir(), `conversation-store-${commit.slice(0, 12)}`)
  if (!existsSync(path.join(directory, 'dist', 'index.js'))) {
    git('worktree', 'prune')
    if (!existsSync(directory)) git('worktree', 'add', '--detach', directory, commit)
    if (!existsSync(path.join(directory, 'node_modules'))) {
      symlinkSync(path.join(root, 'node_modules'), path.join(directory, 'node_modules'))
    }
    execFileSync(path.join(root, 'node_modules', '.bin', 'tsup'), ['--silent'], { cwd: directory, stdio: 'inherit' })
  }
  return imported(path.join(directory, 'dist'))
}

async function imported(dist: string): Promise<Build> {
  const entry = (name: string) => import(pathToFileURL(path.join(dist, name)).href)
  const [core, postgres, mongo] = await Promise.all(['index.js', 'postgres/index.js', 'mongo/index.js'].map(entry))
  return { createConversationStore: core.createConversationStore, postgres: postgres.postgres, mongo: mongo.mongo }
}

function git(...words: readonly string[]): string {
  return execFileSync('git', words, { cwd: root, encoding: 'utf8' }).trim()
}
