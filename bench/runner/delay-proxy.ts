import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PROCESS = fileURLToPath(new URL('delay-proxy.mjs', import.meta.url))

export interface DelayProxy {
  readonly port: number
  stop(): Promise<void>
}

/**
 * Opens a local port that leads to the target, on which everything takes `milliseconds` longer in each direction. The
 * proxy runs in a process of its own, because we measure this process's CPU time.
 */
export async function startDelayProxy(target: { readonly host: string; readonly port: number }, milliseconds: number): Promise<DelayProxy> {
  // The proxy is plain JavaScript, so it needs none of this process's loader arguments.
  const proxy = fork(PROCESS, [target.host, String(target.port), String(milliseconds)], { execArgv: [] })
  const [port] = await once(proxy, 'message')
  return {
    port: Number(port),
    async stop() {
      const exit = once(proxy, 'exit')
      proxy.disconnect()
      await exit
    },
  }
}
