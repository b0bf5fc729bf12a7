import { lockDataDir } from '../../src/opening/data-dir-lock.js'

// Holds the lock on a data directory until its stdin ends: `tsx hold-data-dir.ts <dataDir>`.
const [dataDir] = process.argv.slice(2)
if (dataDir === undefined) throw new Error('usage: <dataDir>')
const lock = await lockDataDir(dataDir)
process.stdout.write('locked\n')
process.stdin.resume()
process.stdin.on('end', () => {
  lock.release()
  process.exit(0)
})
