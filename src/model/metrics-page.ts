/** Metrics as text, for whoever scrapes them; made by the room of metrics, served by the server. */

export interface MetricsText {
  readonly contentType: string;
  readonly text: string;
}

export interface MetricsPage {
  /** What the agent counts at this moment. Rejects when it cannot be asked. */
  render(): Promise<MetricsText>;
}
