import { type DataDirLock, lockDataDir } from '../../src/opening/data-dir-lock.js'

// One of several processes that want the same directory: `tsx lock-in-process.ts <directory>`. Messages tell it when to
// take its lock and when to give it up.
const directory = process.argv[2] ?? ''
let lock: DataDirLock | undefined

process.on('message', (message) => {
  if (message === 'exit') process.exit(0)
  if (message === 'release') {
    lock?.release()
    process.send?.('released')
    return
  }
  lockDataDir(directory).then(
    (taken) => {
      lock = taken
      process.send?.('taken')
    },
    (error: { code?: string }) => process.send?.(error.code ?? String(error)),
  )
})
process.send?.('ready')
