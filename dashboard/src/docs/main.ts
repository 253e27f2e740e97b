import "./docs.css";
import { addCopyButtons } from "./copy.ts";
import { searchWhileTyping } from "./search.ts";

addCopyButtons();
searchWhileTyping();
