import { createServer, request, type IncomingMessage, type Server } from 'node:http';

/** A POST request that the proxy has received. */
export interface Passed {
  readonly contentType: string;
  readonly body: string;
}

/** Proxies requests to the HTTP API and injects the network faults that a test sets. */
export class Proxy {
  /** `up`, `down` (connections are closed), or the status of every response to a POST. */
  mode: 'up' | 'down' | number = 'up';
  /** The delay of each POST, in milliseconds. */
  delay = 0;
  readonly passed: Passed[] = [];
  private readonly server: Server;

  constructor(private readonly upstream: URL) {
    this.server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', async () => {
        const body = Buffer.concat(chunks);
        const isPost = incoming.method === 'POST';
        if (isPost) {
          this.passed.push({
            contentType: incoming.headers['content-type'] ?? '',
            body: body.toString(),
          });
          await new Promise((resolve) => setTimeout(resolve, this.delay));
        }
        if (this.mode === 'down') {
          incoming.socket.destroy();
        } else if (isPost && this.mode !== 'up') {
          outgoing.writeHead(this.mode, { 'access-control-allow-origin': '*' }).end();
        } else {
          this.forward(incoming, body).then(
            (response) => {
              outgoing.writeHead(response.statusCode!, response.headers);
              response.pipe(outgoing);
            },
            () => outgoing.destroy(),
          );
        }
      });
    });
  }

  private forward(
    { method, headers, url }: IncomingMessage,
    body: Buffer,
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      request(new URL(url!, this.upstream), { method, headers }, resolve)
        .on('error', reject)
        .end(body);
    });
  }

  reset(): void {
    this.mode = 'up';
    this.delay = 0;
    this.passed.length = 0;
  }

  async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) =>
      this.server.once('error', reject).listen(port, '127.0.0.1', resolve),
    );
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
