/** What the address says about which changes to list. */
export interface Search {
  via?: string;
  language?: string;
}
