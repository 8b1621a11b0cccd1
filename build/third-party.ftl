Third-party dependencies at run time of the modules of Curlew, with the licences that their own POMs
name; where a POM says too little, build/third-party.properties does. Native libraries and data inside
them: see NOTICE. The trial Solr of the demo is a plain Solr and comes with its own notices.

Made by: mvn license:aggregate-add-third-party

<#list dependencyMap as e>
<#assign p = e.getKey()/>
${p.groupId}:${p.artifactId}:${p.version}: ${e.getValue()?join(" or ")}
</#list>
