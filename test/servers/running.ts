/** A server that a test run talks to. */
export interface RunningServer {
  readonly url: string
  readonly version: string
  stop(): Promise<void>
}
