import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where we keep server binaries that we had to fetch. Outside node_modules, which every clean install empties. */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'conversation-store')
