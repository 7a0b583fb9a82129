export interface Row {
  work: string;
  ours: string;
  peer: string;
  ratio: string;
  target: string;
  met: boolean;
}
