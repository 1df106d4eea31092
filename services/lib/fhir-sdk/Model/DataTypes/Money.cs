using Hl7.Fhir.Introspection;
using Hl7.Fhir.Utility;

namespace Hl7.Fhir.Model;

/// <summary>An amount of money.</summary>
public class Money : DataType
{
    public override string TypeName => "Money";

    [FhirElement("value")] public FhirDecimal? ValueElement { get; set; }
    public decimal? Value { get => ValueElement?.Value; set => ValueElement = value is null ? null : new(value); }
    [FhirElement("currency")] public Code<Currencies>? CurrencyElement { get; set; }
    public Currencies? Currency { get => CurrencyElement?.Value; set => CurrencyElement = value is null ? null : new(value); }

    public enum Currencies
    {
        [EnumLiteral("AED")] AED, [EnumLiteral("AFN")] AFN, [EnumLiteral("ALL")] ALL, [EnumLiteral("AMD")] AMD, [EnumLiteral("ANG")] ANG,
        [EnumLiteral("AOA")] AOA, [EnumLiteral("ARS")] ARS, [EnumLiteral("AUD")] AUD, [EnumLiteral("AWG")] AWG, [EnumLiteral("AZN")] AZN,
        [EnumLiteral("BAM")] BAM, [EnumLiteral("BBD")] BBD, [EnumLiteral("BDT")] BDT, [EnumLiteral("BGN")] BGN, [EnumLiteral("BHD")] BHD,
        [EnumLiteral("BIF")] BIF, [EnumLiteral("BMD")] BMD, [EnumLiteral("BND")] BND, [EnumLiteral("BOB")] BOB, [EnumLiteral("BOV")] BOV,
        [EnumLiteral("BRL")] BRL, [EnumLiteral("BSD")] BSD, [EnumLiteral("BTN")] BTN, [EnumLiteral("BWP")] BWP, [EnumLiteral("BYN")] BYN,
        [EnumLiteral("BZD")] BZD, [EnumLiteral("CAD")] CAD, [EnumLiteral("CDF")] CDF, [EnumLiteral("CHE")] CHE, [EnumLiteral("CHF")] CHF,
        [EnumLiteral("CHW")] CHW, [EnumLiteral("CLF")] CLF, [EnumLiteral("CLP")] CLP, [EnumLiteral("CNY")] CNY, [EnumLiteral("COP")] COP,
        [EnumLiteral("COU")] COU, [EnumLiteral("CRC")] CRC, [EnumLiteral("CUC")] CUC, [EnumLiteral("CUP")] CUP, [EnumLiteral("CVE")] CVE,
        [EnumLiteral("CZK")] CZK, [EnumLiteral("DJF")] DJF, [EnumLiteral("DKK")] DKK, [EnumLiteral("DOP")] DOP, [EnumLiteral("DZD")] DZD,
        [EnumLiteral("EGP")] EGP, [EnumLiteral("ERN")] ERN, [EnumLiteral("ETB")] ETB, [EnumLiteral("EUR")] EUR, [EnumLiteral("FJD")] FJD,
        [EnumLiteral("FKP")] FKP, [EnumLiteral("GBP")] GBP, [EnumLiteral("GEL")] GEL, [EnumLiteral("GGP")] GGP, [EnumLiteral("GHS")] GHS,
        [EnumLiteral("GIP")] GIP, [EnumLiteral("GMD")] GMD, [EnumLiteral("GNF")] GNF, [EnumLiteral("GTQ")] GTQ, [EnumLiteral("GYD")] GYD,
        [EnumLiteral("HKD")] HKD, [EnumLiteral("HNL")] HNL, [EnumLiteral("HRK")] HRK, [EnumLiteral("HTG")] HTG, [EnumLiteral("HUF")] HUF,
        [EnumLiteral("IDR")] IDR, [EnumLiteral("ILS")] ILS, [EnumLiteral("IMP")] IMP, [EnumLiteral("INR")] INR, [EnumLiteral("IQD")] IQD,
        [EnumLiteral("IRR")] IRR, [EnumLiteral("ISK")] ISK, [EnumLiteral("JEP")] JEP, [EnumLiteral("JMD")] JMD, [EnumLiteral("JOD")] JOD,
        [EnumLiteral("JPY")] JPY, [EnumLiteral("KES")] KES, [EnumLiteral("KGS")] KGS, [EnumLiteral("KHR")] KHR, [EnumLiteral("KMF")] KMF,
        [EnumLiteral("KPW")] KPW, [EnumLiteral("KRW")] KRW, [EnumLiteral("KWD")] KWD, [EnumLiteral("KYD")] KYD, [EnumLiteral("KZT")] KZT,
        [EnumLiteral("LAK")] LAK, [EnumLiteral("LBP")] LBP, [EnumLiteral("LKR")] LKR, [EnumLiteral("LRD")] LRD, [EnumLiteral("LSL")] LSL,
        [EnumLiteral("LYD")] LYD, [EnumLiteral("MAD")] MAD, [EnumLiteral("MDL")] MDL, [EnumLiteral("MGA")] MGA, [EnumLiteral("MKD")] MKD,
        [EnumLiteral("MMK")] MMK, [EnumLiteral("MNT")] MNT, [EnumLiteral("MOP")] MOP, [EnumLiteral("MRU")] MRU, [EnumLiteral("MUR")] MUR,
        [EnumLiteral("MVR")] MVR, [EnumLiteral("MWK")] MWK, [EnumLiteral("MXN")] MXN, [EnumLiteral("MXV")] MXV, [EnumLiteral("MYR")] MYR,
        [EnumLiteral("MZN")] MZN, [EnumLiteral("NAD")] NAD, [EnumLiteral("NGN")] NGN, [EnumLiteral("NIO")] NIO, [EnumLiteral("NOK")] NOK,
        [EnumLiteral("NPR")] NPR, [EnumLiteral("NZD")] NZD, [EnumLiteral("OMR")] OMR, [EnumLiteral("PAB")] PAB, [EnumLiteral("PEN")] PEN,
        [EnumLiteral("PGK")] PGK, [EnumLiteral("PHP")] PHP, [EnumLiteral("PKR")] PKR, [EnumLiteral("PLN")] PLN, [EnumLiteral("PYG")] PYG,
        [EnumLiteral("QAR")] QAR, [EnumLiteral("RON")] RON, [EnumLiteral("RSD")] RSD, [EnumLiteral("RUB")] RUB, [EnumLiteral("RWF")] RWF,
        [EnumLiteral("SAR")] SAR, [EnumLiteral("SBD")] SBD, [EnumLiteral("SCR")] SCR, [EnumLiteral("SDG")] SDG, [EnumLiteral("SEK")] SEK,
        [EnumLiteral("SGD")] SGD, [EnumLiteral("SHP")] SHP, [EnumLiteral("SLL")] SLL, [EnumLiteral("SOS")] SOS, [EnumLiteral("SRD")] SRD,
        [EnumLiteral("SSP")] SSP, [EnumLiteral("STN")] STN, [EnumLiteral("SVC")] SVC, [EnumLiteral("SYP")] SYP, [EnumLiteral("SZL")] SZL,
        [EnumLiteral("THB")] THB, [EnumLiteral("TJS")] TJS, [EnumLiteral("TMT")] TMT, [EnumLiteral("TND")] TND, [EnumLiteral("TOP")] TOP,
        [EnumLiteral("TRY")] TRY, [EnumLiteral("TTD")] TTD, [EnumLiteral("TVD")] TVD, [EnumLiteral("TWD")] TWD, [EnumLiteral("TZS")] TZS,
        [EnumLiteral("UAH")] UAH, [EnumLiteral("UGX")] UGX, [EnumLiteral("USD")] USD, [EnumLiteral("USN")] USN, [EnumLiteral("UYI")] UYI,
        [EnumLiteral("UYU")] UYU, [EnumLiteral("UZS")] UZS, [EnumLiteral("VEF")] VEF, [EnumLiteral("VND")] VND, [EnumLiteral("VUV")] VUV,
        [EnumLiteral("WST")] WST, [EnumLiteral("XAF")] XAF, [EnumLiteral("XAG")] XAG, [EnumLiteral("XAU")] XAU, [EnumLiteral("XBA")] XBA,
        [EnumLiteral("XBB")] XBB, [EnumLiteral("XBC")] XBC, [EnumLiteral("XBD")] XBD, [EnumLiteral("XCD")] XCD, [EnumLiteral("XDR")] XDR,
        [EnumLiteral("XOF")] XOF, [EnumLiteral("XPD")] XPD, [EnumLiteral("XPF")] XPF, [EnumLiteral("XPT")] XPT, [EnumLiteral("XSU")] XSU,
        [EnumLiteral("XTS")] XTS, [EnumLiteral("XUA")] XUA, [EnumLiteral("XXX")] XXX, [EnumLiteral("YER")] YER, [EnumLiteral("ZAR")] ZAR,
        [EnumLiteral("ZMW")] ZMW, [EnumLiteral("ZWL")] ZWL,
    }
}
