// Runs one server and ends it when the parent process goes away for any reason. A test run that is killed closes this
// process's stdin, and that is the signal. The name of a signal on stdin restarts the server: the server gets the
// signal, and is started anew when it has ended. This is plain JavaScript, so that it starts in 40 ms and needs no
// loader.
import { spawn } from 'node:child_process'
import { openSync, rmSync } from 'node:fs'

const { command, args, uid, gid, cwd, logFile, stopSignal, removeAtEnd } = JSON.parse(process.argv[2] ?? '{}')
const log = openSync(logFile, 'a')

let stopping = false
let ended = false
let restarts = 0
let server = start()

function start() {
  const started = spawn(command, args, { uid, gid, cwd, stdio: ['ignore', log, log] })
  started.on('error', (error) => onEnd(error.message))
  started.on('exit', (code, signal) => onEnd(`exited with ${signal ?? code}`))
  return started
}

function end() {
  rmSync(removeAtEnd, { recursive: true, force: true, maxRetries: 3 })
  process.exit(0)
}

function stop() {
  if (stopping) return
  stopping = true
  if (ended) end()
  server.kill(stopSignal)
  setTimeout(() => server.kill('SIGKILL'), 5_000)
}

function onEnd(reason) {
  ended = true
  if (stopping) end()
  if (restarts > 0) {
    // A new server refuses to start as long as children of the killed one are there.
    restarts--
    setTimeout(() => {
      if (stopping) return
      ended = false
      server = start()
    }, 50)
    return
  }
  // The directory, with the log that gives the reason, is kept until the parent has read it.
  process.stdout.write(`${reason}\n`)
}

process.stdout.on('error', () => {})
process.stdin
  .setEncoding('utf8')
  .on('data', (signal) => {
    restarts = 20
    server.kill(signal.trim())
  })
  .on('end', stop)
  .on('error', stop)
process.on('SIGTERM', stop).on('SIGINT', stop).on('SIGHUP', stop)
