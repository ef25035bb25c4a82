/** Metrics as text, for whoever scrapes them; made by the room of metrics, served by the server. */

export interface MetricsPage {
  /** Of the text. */
  readonly contentType: string;
  /** What the agent counts at this moment. Rejects when it cannot be asked. */
  text(): Promise<string>;
}
