import { BetterI18nProvider, useLanguages, useTranslations } from "@better-i18n/use-intl";
import { createRoot } from "react-dom/client";

const settings = new URLSearchParams(location.search);

createRoot(document.getElementById("root")).render(
  <BetterI18nProvider
    project={settings.get("project")}
    locale={settings.get("locale")}
    cdnBaseUrl={settings.get("cdn")}
  >
    <Cart />
    <Languages />
  </BetterI18nProvider>,
);

function Cart() {
  const t = useTranslations("cart");
  return (
    <main>
      <h1>{t("title")}</h1>
      <p>{t("items", { count: 3 })}</p>
      <p>{t.rich("help", { link: (words) => <a href="/help">{words}</a> })}</p>
    </main>
  );
}

function Languages() {
  const { languages } = useLanguages();
  return (
    <ul>
      {languages.map(({ code, nativeName }) => (
        <li key={code}>{nativeName}</li>
      ))}
    </ul>
  );
}
