namespace Hl7.Fhir.Model;

/// <summary>Looks up and adds extensions by the url of their definition.</summary>
public static class ExtensionExtensions
{
    /// <summary>The first extension with that url, modifier extensions first, or null.</summary>
    public static Extension? GetExtension(this IExtendable extendable, string uri) => extendable.GetExtensions(uri).FirstOrDefault();

    /// <summary>All extensions with that url, modifier extensions first.</summary>
    public static IEnumerable<Extension> GetExtensions(this IExtendable extendable, string uri) =>
        extendable.AllExtensions().Where(extension => extension.Url == uri);

    /// <summary>All extensions, modifier extensions first.</summary>
    public static IEnumerable<Extension> AllExtensions(this IExtendable extendable) =>
        extendable is IModifierExtendable modifiable ? modifiable.ModifierExtension.Concat(extendable.Extension) : extendable.Extension;

    /// <summary>The value of the first extension with that url where it is a <typeparamref name="T"/>, otherwise null.</summary>
    public static T? GetExtensionValue<T>(this IExtendable extendable, string uri) where T : DataType => extendable.GetExtension(uri)?.Value as T;

    /// <summary>Adds an extension and hands it back.</summary>
    public static Extension AddExtension(this IExtendable extendable, string uri, DataType value, bool isModifier = false)
    {
        var extension = new Extension(uri, value);
        var list = isModifier && extendable is IModifierExtendable modifiable ? modifiable.ModifierExtension : extendable.Extension;
        list.Add(extension);
        return extension;
    }
}
