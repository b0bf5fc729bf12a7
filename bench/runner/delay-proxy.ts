import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const PROCESS = fileURLToPath(new URL('delay-proxy.mjs', import.meta.url))

export interface DelayProxy {
  readonly port: number
  stop(): Promise<void>
}

/**
 * A local port that leads to the target, on which everything takes `milliseconds` longer in each direction. In a
 * process of its own: we measure this one's CPU time.
 */
export async function startDelayProxy(target: { readonly host: string; readonly port: number }, milliseconds: number): Promise<DelayProxy> {
  // No loader's arguments: plain JavaScript.
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
